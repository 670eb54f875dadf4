import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { plainEnvironment } from './plain-environment.ts';
import { repositoryFiles, root } from './workspace.ts';

/** Copy of the repository's files, in a new git repository with a single commit on `main`. */
export interface TemporaryCopy {
  readonly folder: string;
  /** Runs git in the copy. */
  git(...args: string[]): void;
  /** Deletes the copy. */
  remove(): void;
}

/** Copies the repository to a temporary folder, where a test can change it. */
export function temporaryCopy(): TemporaryCopy {
  const folder = mkdtempSync(path.join(tmpdir(), 'promwright-copy-'));
  const git = (...args: string[]) => {
    const identity = ['-c', 'user.name=test', '-c', 'user.email=test@localhost', '-c', 'commit.gpgsign=false'];
    execFileSync('git', [...identity, ...args], {
      cwd: folder,
      env: plainEnvironment(),
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  };
  for (const file of repositoryFiles()) {
    const target = path.join(folder, file);
    mkdirSync(path.dirname(target), { recursive: true });
    copyFileSync(path.join(root, file), target);
  }
  git('init', '--quiet', '--initial-branch=main');
  git('add', '--all');
  git('commit', '--quiet', '--no-verify', '--message', 'copy');
  return { folder, git, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
