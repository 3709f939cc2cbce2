// Loaded into a server with --expose-gc: what is left after a signal is what is held.
process.on('SIGUSR2', () => globalThis.gc())
