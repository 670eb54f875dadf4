import type { CommandIo, OutputStream } from './command-io.ts';

/** Colours for people, or none. */
export interface Paint {
  bold(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
}

const same = (text: string) => text;
const style = (on: number, off: number) => (text: string) => `\u001b[${on}m${text}\u001b[${off}m`;

/** Leaves text as it is. */
export const NO_PAINT: Paint = { bold: same, red: same, green: same, yellow: same };

/** Escape sequences that every terminal knows. */
export const TERMINAL_PAINT: Paint = {
  bold: style(1, 22),
  red: style(31, 39),
  green: style(32, 39),
  yellow: style(33, 39),
};

/** The paint for a stream: none unless it is a terminal, and none where `NO_COLOR` has any value. */
export function paintFor(stream: OutputStream, env: CommandIo['env'] = {}): Paint {
  return stream.isTTY && !env.NO_COLOR && env.TERM !== 'dumb' ? TERMINAL_PAINT : NO_PAINT;
}
