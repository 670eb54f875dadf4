import { readdir } from 'node:fs/promises';
import type { Group } from './group.ts';

const FOLDER = new URL('./groups/', import.meta.url);

/** Returns the names of all groups. Each group is a file in `groups`. */
export async function groupNames(): Promise<string[]> {
  const files = await readdir(FOLDER);
  return files.flatMap((file) => /^([a-z0-9-]+)\.[jt]s$/.exec(file)?.[1] ?? []).sort();
}

/**
 * Loads a group.
 * @throws if no group has the name
 */
export async function loadGroup(name: string): Promise<Group> {
  const names = await groupNames();
  if (!names.includes(name)) throw new RangeError(`There is no group "${name}"; there are ${names.join(', ')}`);
  // Groups have the extension of this file, compiled or not.
  const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'));
  const { group } = (await import(new URL(`${name}${extension}`, FOLDER).href)) as { readonly group: Group };
  return group;
}
