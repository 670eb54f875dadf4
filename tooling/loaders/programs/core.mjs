// The core and text exposition alone, as a bundle for any platform would have them.
import { formatText } from '@promwright/exposition';
import { Counter, defaultRegistry } from '@promwright/metrics';

new Counter({ name: 'orders_total', help: 'Orders placed.', labelNames: ['product'] }).inc({ product: 'tea' }, 2);
console.log(
  formatText(await defaultRegistry.gather())
    .split('\n')
    .filter((line) => line.startsWith('orders_total'))
    .join('\n'),
);
