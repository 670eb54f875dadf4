import { fetchMetrics, setRoute } from '@promwright/http/fetch';
import { Counter } from '@promwright/metrics';

const orders = new Counter({ name: 'orders_total', help: 'Orders placed.', labelNames: ['product'] });

async function handler(request) {
  const { pathname } = new URL(request.url);
  if (request.method === 'POST' && pathname === '/products/tea/orders') {
    setRoute(request, '/products/tea/orders');
    orders.inc({ product: 'tea' });
    return new Response('Thank you\n', { status: 201 });
  }
  if (pathname.startsWith('/products/')) {
    setRoute(request, '/products/:id');
    return new Response(`Product ${pathname.slice(10)}\n`);
  }
  return new Response('Not found\n', { status: 404 });
}

export default { fetch: fetchMetrics(handler) };
