import * as z from 'zod';
import {safeText} from '../../domain/safe-text.js';

// What comes back is typed only in part by Proxmox itself: numbers may be text, booleans 0 or 1, keys may be absent or new.
export const number = z.number().or(z.string().regex(/^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i).transform(Number).pipe(z.number()));
export const text = z.string().or(z.number().transform(String));
export const flag = z.unknown().optional().transform(value => value === true || value === 'true' || Number(value) > 0);
export const maybe = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);
export const either = <T extends z.ZodType>(schema: T, fallback: z.output<T>) => schema.catch(fallback);
export const shown = (max: number) => text.transform(value => safeText(value, max));
