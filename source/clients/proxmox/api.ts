import * as z from 'zod';
import {type ApiCall} from './api-call.js';
import {type Calls} from './calls.js';
import {strangeReply} from './errors.js';
import {type Guard} from './proxmox.js';
import {totalReply} from './replies.js';

/** Calls whose replies are read: what comes out is what the schema says, or a `ClientError`. */
export type Api = {
	readonly cluster: string;
	readonly ask: <S extends z.ZodType>(call: ApiCall, schema: S) => Promise<z.output<S>>;
	/** The same for a list that comes in pages. */
	readonly askPage: <S extends z.ZodType>(call: ApiCall, schema: S) => Promise<{readonly rows: z.output<S>; readonly total: number | undefined}>;
};

/** The calls of a cluster for a holder of this guard. */
export const createApi = ({call}: Calls, cluster: string, guard: Guard): Api => {
	const read = <S extends z.ZodType>(value: unknown, schema: S, of: ApiCall): z.output<S> => {
		const {success, data, error} = schema.safeParse(value);
		if (!success) {
			throw strangeReply(z.prettifyError(error).replaceAll('✖ ', ''), of, cluster, error);
		}

		return data;
	};

	return {
		cluster,
		async ask(request, schema) {
			const {data} = await call(request, guard);
			return read(data, schema, request);
		},
		async askPage(request, schema) {
			const {data, total} = await call(request, guard);
			return {rows: read(data, schema, request), total: totalReply.safeParse(total).data};
		},
	};
};
