import 'reflect-metadata';
import { Controller, Get, Module, Param, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { httpMetrics } from '@promwright/express';
import { Counter } from '@promwright/metrics';

const orders = new Counter({ name: 'orders_total', help: 'Orders placed.', labelNames: ['product'] });

class Products {
  find(id) {
    return `Product ${id}\n`;
  }

  order() {
    orders.inc({ product: 'tea' });
    return 'Thank you\n';
  }
}

class Shop {}

// Plain JavaScript has no decorator syntax: these calls do the same.
const member = (name) => [Products.prototype, name, Object.getOwnPropertyDescriptor(Products.prototype, name)];
Controller('products')(Products);
Get(':id')(...member('find'));
Param('id')(Products.prototype, 'find', 0);
Post('tea/orders')(...member('order'));
Module({ controllers: [Products] })(Shop);

const app = await NestFactory.create(Shop, { logger: ['error', 'warn'] });
app.setGlobalPrefix('api');
app.use(httpMetrics());

await app.listen(process.env.PORT ?? 3000);
console.log(`http://localhost:${app.getHttpServer().address().port}/metrics`);
