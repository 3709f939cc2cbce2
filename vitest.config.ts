import { defineConfig } from 'vitest/config'

const exclude = ['**/node_modules/**', 'dist/**', 'build/**', '.cache/**']

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    globalSetup: 'test/support/spark-run.ts',
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['src/**/*.test.ts'], exclude, testTimeout: 20_000 },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/**/*.test.ts', 'bench/**/*.test.ts'],
          exclude,
          testTimeout: 60_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
})
