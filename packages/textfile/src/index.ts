export { type WriteTextfileOptions, writeTextfile } from './write-textfile.ts';
