const { formatText } = require('@promwright/exposition');
const { httpMetrics } = require('@promwright/express');
const { Counter, Registry } = require('@promwright/metrics');

test('counts', async () => {
  const registry = new Registry();
  new Counter({ name: 'orders_total', help: 'Orders placed.', registry }).inc(2);

  expect(formatText(await registry.gather())).toContain('orders_total 2');
  expect(typeof httpMetrics({ registry })).toBe('function');
});
