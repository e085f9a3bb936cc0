import type * as z from 'zod';
import {type Order, orderSchema} from './order-schema.js';
import {readShape} from './read-shape.js';

/** Checks an order's shape; every problem stands in the refusal. */
export const readOrder = (order: unknown): Order => readShape(orderSchema, order, 'the order', 'mend the order and send it again; nothing was ordered');

/** What is kept of an order to recognise it: as it came, without the password itself. */
export const orderToKeep = (order: unknown): unknown => {
	const given = order as Readonly<Record<string, unknown>>;
	return typeof given.password === 'string' ? {...given, password: '(given)'} : given;
};

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null && !Array.isArray(value);

const show = (value: unknown): string => value === undefined ? 'nothing' : JSON.stringify(value);

const differences = (before: unknown, now: unknown, path: string): readonly string[] => {
	if (isMap(before) && isMap(now)) {
		const keys = [...new Set([...Object.keys(before), ...Object.keys(now)])];
		return keys.flatMap(key => differences(before[key], now[key], path === '' ? key : `${path}.${key}`));
	}

	return JSON.stringify(before) === JSON.stringify(now) ? [] : [`${path}: ${show(before)} before, ${show(now)} now`];
};

/** In what a body differs from the one that was kept; both are compared with their defaults, so that spelling one out is no difference. */
export const compareBodies = (schema: z.ZodType, kept: unknown, body: unknown): readonly string[] => {
	const complete = (some: unknown) => {
		const result = schema.safeParse(some);
		return result.success ? result.data : some;
	};

	return differences(complete(kept), complete(body), '');
};

/** In what a new order for a VM differs from the one that was kept. */
export const compareOrders = (kept: unknown, order: unknown): readonly string[] => compareBodies(orderSchema, kept, orderToKeep(order));
