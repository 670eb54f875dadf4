/** The variables for a command on another folder: those of git and turbo would send it back to this one. */
export function plainEnvironment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(?:GIT|TURBO)_/.test(name));
  return { ...Object.fromEntries(inherited), TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', ...extra };
}
