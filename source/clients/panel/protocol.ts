import * as z from 'zod';
import {safeText} from '../../domain/safe-text.js';
import {type PanelAnswer, type PanelRequest} from '../../domain/panel.js';
import {ClientError, type ClientErrorKind} from '../client-error.js';
import {type ChildEnd} from './child.js';
import {hideSecret, type Show} from './hide-secret.js';
import {type PanelListener} from './panel.js';

/** Scripts write an empty text where they have nothing. */
const orNull = <T>(value: z.ZodType<T>) => z.union([value, z.literal('').transform(() => null)]).nullish().transform(given => given ?? null);
const isPlain = (text: string): boolean => safeText(text, 2000) === text;
const url = z.url({protocol: /^https?$/}).max(2000).refine(isPlain, {error: 'must be plain text'});
const user = z.string().max(200).refine(isPlain, {error: 'must be one plain line'});
const password = z.string().max(200).regex(/^\P{Control}*$/u);

const siteSchema = z.object({
	url: orNull(url), adminUrl: orNull(url), adminUser: orNull(user), adminPassword: orNull(password),
});

const answerSchema = z.object({
	ok: z.boolean(),
	changed: z.array(z.string()).max(1000).nullish(),
	site: siteSchema.nullish(),
	state: z.object({account: z.boolean(), site: z.enum(['absent', 'partial', 'installed'])}).nullish(),
	error: z.string().nullish(),
});

type Said = z.infer<typeof answerSchema>;

/** What a panel's program reads from its standard input. */
export const requestText = ({action, job, attempt, account, site}: PanelRequest): string => `${JSON.stringify({
	v: 1, action, job, attempt, account, site,
})}\n`;

/** The one JSON object that it printed, or in our own words what is wrong with it: what it is made of may be somebody's secret. */
const readAnswer = (stdout: string | null, {action}: PanelRequest): Said | string => {
	if (stdout === null || stdout.trim() === '') {
		return stdout === null ? 'printed more than a megabyte' : 'printed no answer';
	}

	let json: unknown;
	try {
		json = JSON.parse(stdout);
	} catch {
		return 'printed something else than one JSON object';
	}

	const {success, data, error} = answerSchema.safeParse(json);
	if (!success) {
		return `printed an answer that is not as agreed: ${z.prettifyError(error)}`;
	}

	return action === 'inspect' && data.ok && !data.state ? 'printed an answer without `state`' : data;
};

const readProgress = (text: string): {readonly percent: number; readonly text: string} | undefined => {
	const found = /^progress (\d{1,3})(?: (.*))?$/.exec(text.trim());
	return found && Number(found[1]) <= 100 ? {percent: Number(found[1]), text: found[2] ?? ''} : undefined;
};

const isPresent = (text: string | null | undefined): text is string => (text ?? '').trim() !== '';

/** One request to a panel's program: hears its lines while it runs, and says at the end what came of it. */
export type Talk = {
	readonly show: Show;
	/** A line of its standard error. */
	readonly onErrorLine: (line: string) => void;
	readonly fail: (kind: ClientErrorKind, message: string) => ClientError;
	/** The error for what was begun and has no answer: unknown, where it changes something. */
	readonly lose: (message: string) => ClientError;
	readonly conclude: (end: Exclude<ChildEnd, {readonly how: 'not-started'}>) => PanelAnswer;
};

const toAnswer = ({changed, site, state}: Said, show: Show): PanelAnswer => ({
	changed: (changed ?? []).map(text => show(text, 100)),
	site: site ?? null,
	state: state ?? null,
});

/** Speaks the protocol of `command` and `ssh` panels in the name of `peer`. */
export const createTalk = (peer: string, request: PanelRequest, {onProgress, onLog}: PanelListener): Talk => {
	const show = hideSecret(request.site.adminPassword);
	let lastLine: string | null = null;

	const fail = (kind: ClientErrorKind, message: string) => new ClientError(show(message), {peer, kind});
	const lose = (message: string) => fail(request.action === 'inspect' ? 'transient' : 'unknown-outcome', message);

	const readExit = (exitCode: number, stdout: string | null): PanelAnswer => {
		const said = readAnswer(stdout, request);
		if (exitCode === 0 && typeof said === 'string') {
			throw lose(`the panel's program ended well, but ${said}`);
		}

		if (exitCode === 0 && typeof said === 'object' && said.ok) {
			return toAnswer(said, show);
		}

		const words = [typeof said === 'object' ? said.error : null, lastLine].find(text => isPresent(text));
		throw fail(exitCode === 65 ? 'rejected' : 'transient', words ?? `the panel's program ended with exit code ${exitCode} and did not say why`);
	};

	return {
		show, fail, lose,
		onErrorLine(raw) {
			const text = show(raw);
			const progress = readProgress(text);
			if (progress) {
				onProgress(progress.percent, show(progress.text));
			} else if (text !== '') {
				lastLine = text;
				onLog(text);
			}
		},
		conclude(end) {
			switch (end.how) {
				case 'late': {
					throw lose('the panel\'s program gave no answer in time and was ended');
				}

				case 'stopped': {
					throw lose('the panel\'s program was ended by us in the middle of its work');
				}

				case 'killed': {
					throw lose(`the panel's program was killed by ${end.signal}`);
				}

				case 'exited': {
					return readExit(end.exitCode, end.stdout);
				}
			}
		},
	};
};
