export async function register() {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return;
  const { Info } = await import('@promwright/metrics');
  new Info({ name: 'app_info', help: 'Version of the application.' }).set({
    version: process.env.npm_package_version ?? 'unknown',
  });
}
