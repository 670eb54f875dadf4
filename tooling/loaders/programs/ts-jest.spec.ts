import { formatText } from '@promwright/exposition';
import { httpMetrics } from '@promwright/express';
import { Counter, Registry } from '@promwright/metrics';

test('counts', async () => {
  const registry = new Registry();
  const orders = new Counter({ name: 'orders_total', help: 'Orders placed.', labelNames: ['product'], registry });
  orders.inc({ product: 'tea' }, 2);

  expect(formatText(await registry.gather())).toContain('orders_total{product="tea"} 2');
  expect(typeof httpMetrics({ registry })).toBe('function');
});
