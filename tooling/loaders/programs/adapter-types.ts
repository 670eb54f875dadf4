// Compiled only: the adapters. Declarations of the frameworks themselves are not checked.
import { httpMetrics as forExpress } from '@promwright/express';
import { httpMetrics as forFastify } from '@promwright/fastify';
import { httpMetrics as forKoa } from '@promwright/koa';
import express from 'express';
import { fastify } from 'fastify';
import Koa from 'koa';

express().use(forExpress({ route: (req, _res, detected) => (req.path === '/' ? detected : undefined) }));
fastify().register(forFastify, { path: '/metrics' });
new Koa().use(forKoa());
