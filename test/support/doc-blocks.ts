/** A shell block of a document that is to be run, and what the document says it prints. */
export interface DocBlock {
  readonly line: number
  readonly script: string
  /** Text of the block behind it; a line `…` stands for any lines. */
  readonly output: string | undefined
}

/**
 * The blocks of a Markdown text that open with ```` ```sh run ````, each with the ```` ```text output ````
 * that follows it, if any.
 */
export function docBlocks(markdown: string): readonly DocBlock[] {
  const fence = /^```(\S+) (run|output)\n([\s\S]*?)^```$/gm
  const blocks: DocBlock[] = []
  for (const { 2: kind, 3: text = '', index } of markdown.matchAll(fence)) {
    const line = markdown.slice(0, index).split('\n').length
    const last = blocks.at(-1)
    if (kind === 'run') blocks.push({ line, script: text, output: undefined })
    else if (!last || last.output !== undefined) throw new Error(`line ${line}: output of nothing`)
    else blocks[blocks.length - 1] = { ...last, output: text }
  }
  return blocks
}

/** Whether a block printed what the document says. */
export function printsAsSaid(said: string, printed: string): boolean {
  const escaped = said.split('\n').map((l) => l.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
  const pattern = escaped.join('\n').replaceAll('…\n', '(?:.*\n)*')
  return new RegExp(`^${pattern}$`).test(printed)
}
