import {setTimeout as sleep} from 'node:timers/promises';
import {type App} from '../app.js';
import {formatInterval} from '../domain/duration.js';
import {type TaskName} from '../domain/task.js';
import {Refused} from '../intents/refused.js';
import {type Conversation} from './conversation.js';
import {type DetailContext} from './details/detail-lines.js';
import {readDetail} from './details/read-detail.js';
import {readForm, submitForm} from './forms/submit-form.js';
import {formatCount, titleOf} from './format.js';
import {lockTitle} from './needs.js';
import {performCommand} from './perform-command.js';
import {type RunCommand} from './run-command.js';
import {
	type Action,
	type Effect,
	type Overview,
} from './state.js';
import {widthOf, wrap} from './text.js';

/** What an effect needs besides the program itself. */
export type PerformContext = {
	readonly app: App;
	readonly overview: Overview | null;
	readonly detail: DetailContext;
	readonly runCommand: RunCommand;
	readonly conversation: Conversation;
	/** Says something on the way to the answer. */
	readonly say: (text: string) => void;
};

type Answer = Extract<Action, {kind: 'answered' | 'detail' | 'output' | 'problems' | 'submitted' | 'filled'}>;

const good = (text: string, dropped?: {readonly id: number; readonly version?: number; readonly domain: string} | null): Answer => ({
	kind: 'answered', level: 'good', text, dropped,
});

const told = ({message}: {readonly message: string}, dropped?: null): Answer => good(message, dropped);

const spell = {reason: null, forMs: null} as const;

const none = {vms: 0, installs: 0, activity: 0} as const;

const requestTries = 16;

/** The leader's answer to a request comes as a row; who waits for it sees at once that the lock is held. */
const run = async ({app, overview, say}: PerformContext, task: TaskName): Promise<Answer> => {
	const {id} = await app.intents.requestRun(task);
	const title = titleOf(task);
	if (!overview?.leader) {
		return good(`${title}: asked for; it runs as soon as somebody leads`);
	}

	say(`${title}: asked the leader`);
	for (let attempt = 0; attempt < requestTries; attempt++) {
		const request = await app.read.runRequests.find(id);
		if (typeof request?.refusal === 'string') {
			return {kind: 'answered', level: 'bad', text: `${title}: not run, ${request.refusal}`};
		}

		if (typeof request?.runId === 'number') {
			return good(`${title}: started`);
		}

		await sleep(250);
	}

	return good(`${title}: asked for; the leader has not answered yet`);
};

/** The lock that the person saw, or nothing: another owner's is another lock. */
const clearSeen = async (context: PerformContext, {lock, fence, isForced}: Extract<Effect, {readonly kind: 'clear-lock'}>): Promise<Answer> => {
	const {leases} = await context.app.overview(none);
	const standing = leases.find(({name}) => name === lock);
	return standing && standing.fence !== fence
		? {kind: 'answered', level: 'bad', text: `the lock of ${lockTitle(lock)} is held by ${standing.owner.host}:${standing.owner.pid} by now: nothing was cleared`}
		: clear(context, lock, isForced);
};

const endHold = async ({app}: PerformContext, since: number): Promise<Answer> => {
	const {hold} = await app.overview(none);
	return hold && hold.since !== since
		? {kind: 'answered', level: 'bad', text: `that hold is over, and ${hold.by} ordered another: it still stands`}
		: told(await app.intents.endHold());
};

const clear = async ({app}: PerformContext, lock: string | null, isForced: boolean): Promise<Answer> => {
	const cleared = await app.intents.clearLocks(lock, isForced);
	const names = cleared.map(({name, owner}) => `${lockTitle(name)} (${owner.host}:${owner.pid})`);
	return good(names.length === 0 ? 'it was free already' : `cleared ${formatCount(names.length, 'lock')}: ${names.join(', ')}`);
};

const interval = async ({app}: PerformContext, task: TaskName, seconds: number | null): Promise<Answer> => {
	const {message} = await app.intents.setTaskInterval(task, seconds);
	return good(message === '' ? `${titleOf(task)}: every ${seconds === null ? 'as the config says' : formatInterval(seconds)}` : message);
};

/** The effects that ask the program for something; those about the terminal are none of its business. */
export type AppEffect = Exclude<Effect, {readonly kind: 'copy' | 'redraw' | 'quit' | 'lead' | 'watch'}>;

const talks = ['read-detail', 'command', 'reply', 'submit', 'read-form'] as const;

type Talk = Extract<AppEffect, {readonly kind: typeof talks[number]}>;

const isTalk = (effect: AppEffect): effect is Talk => (talks as readonly string[]).includes(effect.kind);

/** What shows something, or talks with a person on the way. */
const talk = async (effect: Talk, context: PerformContext): Promise<Answer | undefined> => {
	const {app, overview, detail, conversation, say} = context;
	switch (effect.kind) {
		case 'read-detail': {
			return overview ? {kind: 'detail', target: effect.target, ...await readDetail(app, effect.target, overview, detail)} : undefined;
		}

		case 'command': {
			return performCommand(effect.line, {...context, columns: detail.columns});
		}

		case 'reply': {
			conversation.reply(effect.text);
			return undefined;
		}

		case 'submit': {
			return submitForm(effect, app, {signal: conversation.signal, say});
		}

		case 'read-form': {
			return readForm(effect, app);
		}
	}
};

const perform = async (effect: Exclude<AppEffect, Talk>, context: PerformContext): Promise<Answer | undefined> => {
	const {intents} = context.app;
	switch (effect.kind) {
		case 'run': {
			return run(context, effect.task);
		}

		case 'clear-lock': {
			return clearSeen(context, effect);
		}

		case 'clear-stale': {
			return clear(context, null, false);
		}

		case 'pause': {
			return told(await intents.pauseTask(effect.task, spell));
		}

		case 'resume': {
			return told(await intents.resumeTask(effect.task));
		}

		case 'interval': {
			return interval(context, effect.task, effect.seconds);
		}

		case 'drop': {
			const {changed, message, subject: {id, version, domain, state}} = await intents.dropInstall(effect.id, effect.version);
			// What somebody else dropped is not ours to take back with one key.
			return changed ? good(`${message} (u takes it back)`, {id, domain, ...(state === 'dropped' && {version})}) : good(message);
		}

		case 'undrop': {
			return told(await intents.undropInstall(effect.id, effect.version), null);
		}

		case 'retry-install': {
			return told(await intents.retryInstall(effect.id, effect.version));
		}

		case 'retry-vm': {
			return told(await intents.retryVm(`v${effect.id}`));
		}

		case 'acknowledge': {
			return told(await intents.acknowledge(effect.incident.id, null, null));
		}

		case 'hold': {
			return told(await intents.hold({reason: effect.reason, forMs: effect.forMs}));
		}

		case 'end-hold': {
			return endHold(context, effect.since);
		}
	}
};

/** What went wrong stands below the frame; what would be cut off there gets a page. */
const failureOf = (error: unknown, {theme, columns}: DetailContext): Answer => {
	const message = error instanceof Error ? error.message : String(error);
	const hint = error instanceof Refused ? error.hint : '';
	return widthOf(message) <= columns - 4
		? {kind: 'answered', level: 'bad', text: hint === '' ? message : `${message}: ${hint}`}
		: {
			kind: 'output', title: 'this was not done', level: 'bad', text: [message, hint].flatMap(line => wrap(theme, line, columns - 4)).join('\n'),
		};
};

/** Does it and says how it went: what was refused ("already dropped by anna 3 s ago") is an answer like any other. */
export const performEffect = async (effect: AppEffect, context: PerformContext): Promise<Answer | undefined> => {
	try {
		return await (isTalk(effect) ? talk(effect, context) : perform(effect, context));
	} catch (error) {
		return failureOf(error, context.detail);
	}
};
