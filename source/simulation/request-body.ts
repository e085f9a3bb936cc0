import {Buffer} from 'node:buffer';
import {type IncomingMessage} from 'node:http';
import {Refusal} from './refusal.js';

/** What a request brought along, as sent and as the API reads it. */
export type RequestContent = {
	readonly sent: Readonly<Record<string, unknown>>;
	readonly parameters: Readonly<Record<string, string>>;
	readonly isJson: boolean;
};

const largest = 512 * 1024;

const decode = (value: string) => {
	try {
		return decodeURIComponent(value.replaceAll('+', ' '));
	} catch {
		return value;
	}
};

// As the API's own decoder reads it: `;` separates like `&`, and what follows a second raw `=` is lost.
const decodeForm = (content: string): Record<string, unknown> => {
	const values: Record<string, unknown> = {};
	for (const part of content.split(/[&;]/).filter(Boolean)) {
		const [name = '', value = ''] = part.split('=').map(piece => decode(piece));
		values[name] = Object.hasOwn(values, name) ? [values[name], value].flat() : value;
	}

	return values;
};

const decodeJson = (content: string): Record<string, unknown> => {
	try {
		const value: unknown = JSON.parse(content);
		if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
			return value as Record<string, unknown>;
		}
	} catch {}

	throw new Refusal(500, `malformed JSON string, neither tag, array, object, number, string or atom, at character offset 0 (before "${content === '' ? '(end of string)' : content.slice(0, 20)}")`);
};

const asText = (value: unknown): string => {
	if (typeof value === 'boolean') {
		return value ? '1' : '0';
	}

	return typeof value === 'string' ? value : JSON.stringify(value);
};

// JSON's null is accepted and ignored; a list is joined.
const asParameters = (values: Readonly<Record<string, unknown>>): Record<string, string> => Object.fromEntries(Object.entries(values)
	.filter(([, value]) => value !== null)
	.map(([name, value]) => [name, Array.isArray(value) ? value.map(item => asText(item)).join(',') : asText(value)]));

/** Refuses what the server refuses by the head of a request alone. */
export const checkHead = ({method = '', headers}: IncomingMessage): void => {
	if (!['GET', 'POST', 'PUT', 'DELETE'].includes(method)) {
		throw new Refusal(501, `method '${method}' not available`);
	}

	if (headers['transfer-encoding'] !== undefined) {
		throw new Refusal(501, 'chunked transfer encoding not supported');
	}

	const length = Number(headers['content-length'] ?? 0);
	if (length > largest) {
		throw new Refusal(501, 'for data too large');
	}

	if (length > 0 && ['DELETE', 'GET'].includes(method)) {
		throw new Refusal(501, `Unexpected content for method '${method}'`);
	}

	const type = contentType(headers['content-type']);
	if (length > 0 && !['application/json', 'application/x-www-form-urlencoded'].includes(type)) {
		throw new Refusal(506, `upload content type '${type}' not supported`);
	}
};

const contentType = (header: string | undefined) => header?.split(';', 1)[0]!.trim().toLowerCase() ?? 'application/x-www-form-urlencoded';

/** Reads a request's body to its end. */
export const readBody = async (request: IncomingMessage): Promise<string> => {
	if (request.headers['transfer-encoding'] === undefined && Number(request.headers['content-length'] ?? 0) === 0) {
		return '';
	}

	const chunks: Uint8Array[] = [];
	for await (const chunk of request) {
		chunks.push(chunk as Uint8Array);
	}

	return Buffer.concat(chunks).toString('utf8');
};

/** Puts query and body together; the query wins. */
export const readContent = (request: IncomingMessage, query: string, body: string): RequestContent => {
	const isJson = contentType(request.headers['content-type']) === 'application/json' && request.method !== 'GET' && request.method !== 'DELETE';
	const sent = {...(isJson ? decodeJson(body) : decodeForm(body)), ...decodeForm(query)};
	return {sent, parameters: asParameters(sent), isJson};
};
