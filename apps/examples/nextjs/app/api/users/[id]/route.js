import { fetchMetrics } from '@promwright/http/fetch';

async function show(_request, { params }) {
  const { id } = await params;
  return Response.json({ id });
}

export const GET = fetchMetrics(show, { path: false, route: () => '/api/users/[id]' });
