import {ClientError, type ClientErrorKind} from '../clients/client-error.js';
import {type Panel} from '../clients/panel/panel.js';
import {type Actor, type Level} from '../domain/activity.js';
import {
	accountVerbs,
	type AccountAnswer,
	type AccountVerb,
	type AccountWish,
} from '../domain/hosting-account.js';
import {type AccountState, type Install, type InstallStep} from '../domain/install.js';
import {type PanelAnswer} from '../domain/panel.js';
import {type InstallChange} from '../store/installs.js';
import {type Tables} from '../store/store.js';
import {createScribe, isAnswered, requestOf} from './ask-panel.js';
import {type InstallContext} from './move-install.js';

type Asked = AccountWish & {readonly actor: Actor};

type Ending = {
	/** What the account is then; null: as it was. */
	readonly state: AccountState | null;
	readonly is: (plan: string | null) => string;
};

const endings: Readonly<Record<AccountVerb, Ending>> = {
	suspend: {state: 'suspended', is: () => 'suspended'},
	unsuspend: {state: 'active', is: () => 'active'},
	terminate: {state: 'terminated', is: () => 'terminated'},
	package: {state: null, is: plan => `on the plan ${plan ?? ''}`},
};

const isVerb = (action: string): boolean => new Set<string>(accountVerbs).has(action);

const nameOf = ({account, panel}: Install): string => `the account ${account} on ${panel}`;

/** An answer where there is nothing to ask the panel for. */
const answerWithout = (install: Install, {verb}: AccountWish): AccountAnswer | undefined => {
	const {id, accountState, inFlight} = install;
	if (accountState === 'terminated') {
		return verb === 'terminate'
			? {outcome: 'already', message: `${nameOf(install)} was terminated already`, hint: ''}
			: {outcome: 'refused', message: `${nameOf(install)} was terminated`, hint: 'order it anew: cronsole install add'};
	}

	// Where it was asked for, and nobody knows what came of it, it may be there: that can be ended, but nothing else.
	const isAbsent = accountState === 'none' && (verb !== 'terminate' || inFlight === null);
	return isAbsent
		? {outcome: 'refused', message: `${nameOf(install)} is not made yet`, hint: verb === 'terminate' ? `drop its install instead: cronsole install drop ${id}` : `see why with \`cronsole install show ${id}\``}
		: undefined;
};

/** Nothing is installed any more on an account that is about to end. */
const dropWith = ({state}: Install, {actor}: Asked, now: number): InstallChange => state === 'done' || state === 'dropped'
	? {}
	: {
		state: 'dropped', droppedFrom: state === 'running' ? 'pending' : state, droppedBy: actor.name, droppedAt: now, isDropAsked: false, progress: null, doing: null,
	};

/** Writes down what is about to be asked; or an answer without asking. */
const begin = async (id: number, wish: Asked, {store, clock}: InstallContext): Promise<Install | AccountAnswer> => store.write(async ({installs}) => {
	const install = (await installs.find(id))!;
	const without = answerWithout(install, wish);
	if (without) {
		return without;
	}

	const now = clock.now();
	await installs.change(install, {inFlight: {action: wish.verb, since: now}, ...wish.verb === 'terminate' && dropWith(install, wish, now)}, now);
	return install;
});

type Work = {readonly before: Install; readonly wish: Asked; readonly context: InstallContext; readonly startedAt: number; readonly said: () => string | null};

type End = {readonly step: Pick<InstallStep, 'outcome' | 'reason'>; readonly change: InstallChange; readonly level: Level; readonly message: string};

/** What came of it, in one transaction: the row as it is by now, its step and the line in the activity log. */
const end = async ({before, wish: {verb, actor}, context: {store, clock}, startedAt, said}: Work, {step, change, level, message}: End): Promise<void> => store.write(async ({installs, activity}: Tables) => {
	const {id, domain, accountState} = before;
	const now = clock.now();
	await installs.change((await installs.find(id))!, change, now);
	await installs.addStep(id, {
		...step, from: accountState, to: endings[verb].state ?? accountState, attempt: 1, startedAt, durationMs: now - startedAt, log: said(),
	});
	await activity.add({
		at: now, level, actor, subject: domain, installId: id, message,
	});
});

const succeed = async (work: Work, {changed}: PanelAnswer): Promise<AccountAnswer> => {
	const {before, wish: {verb, plan}} = work;
	const {state, is} = endings[verb];
	const isAlready = changed.length === 0;
	const message = `${nameOf(before)} ${isAlready ? `was ${is(plan)} already` : `is ${is(plan)}`}`;
	await end(work, {
		step: {outcome: isAlready ? 'skipped' : 'done', reason: isAlready ? 'it was so already' : (verb === 'package' ? `${before.plan ?? 'the panel\'s own plan'} → ${plan ?? ''}` : null)},
		change: {
			...state !== null && {accountState: state}, ...verb === 'package' && {plan},
			// What an install asked for, and nobody knows what came of it, is still to be looked at.
			inFlight: verb === 'terminate' || before.inFlight === null || isVerb(before.inFlight.action) ? null : before.inFlight,
			...verb === 'terminate' && {site: null, adminPassword: null},
		},
		level: verb === 'terminate' ? 'warning' : 'info',
		message,
	});
	return {outcome: isAlready ? 'already' : 'done', message, hint: ''};
};

/** Asking again changes nothing about them. */
const hopeless: ReadonlySet<ClientErrorKind> = new Set(['rejected', 'denied', 'missing']);

const fail = async (work: Work, error: ClientError, reason: string): Promise<AccountAnswer> => {
	const {before, wish: {verb, plan}} = work;
	const isKnown = isAnswered(error);
	const message = isKnown
		? `${nameOf(before)} is not ${endings[verb].is(plan)}: ${reason}`
		: `it is not known whether ${nameOf(before)} is ${endings[verb].is(plan)}: ${reason}`;
	const again = `cronsole account ${verb} ${before.reference}${verb === 'package' ? ` --plan=${plan ?? ''}` : ''}${verb === 'terminate' ? ' --yes' : ''}`;
	await end(work, {
		step: {outcome: 'failed', reason}, change: isKnown ? {inFlight: before.inFlight} : {}, level: 'error', message,
	});
	const remedy = error.scope === 'cluster' ? 'panel' : (hopeless.has(error.kind) ? 'person' : 'again');
	return isKnown
		? {
			outcome: 'failed', message, remedy, hint: `mend that, then run it again: ${again}`,
		}
		: {
			outcome: 'unknown', message, remedy, hint: `run it again, that is safe: ${again}`,
		};
};

const askPanel = async (panel: Panel, work: Work, scribe: ReturnType<typeof createScribe>): Promise<PanelAnswer> => {
	const {before, wish: {verb, plan}, context: {settings, signal, guard}} = work;
	const request = requestOf({...before, plan: plan ?? before.plan, attempt: 0}, {
		action: verb, adminPassword: null, settings, panel: before.panel,
	});
	return panel.ask(request, {
		onProgress() {
			// Nobody watches: it is over in a moment.
		},
		onLog: scribe.write,
		signal,
		guard,
	});
};

/** Asks an install's panel for something about its account, now; the caller holds the install's lease. */
export const changeAccount = async ({id}: Pick<Install, 'id'>, wish: Asked, context: InstallContext): Promise<AccountAnswer> => {
	const {store, panels, clock} = context;
	const startedAt = clock.now();
	const panel = panels.find((await store.read.installs.find(id))!.panel);
	if (!panel) {
		return {outcome: 'refused', message: 'the config has no panel for that account any more', hint: 'put it back, or look at it with `cronsole check`'};
	}

	const before = await begin(id, wish, context);
	if ('outcome' in before) {
		return before;
	}

	const scribe = createScribe();
	scribe.hide(await store.read.installs.passwordOf(id));
	const work: Work = {
		before, wish, context, startedAt, said: scribe.read,
	};
	let answer: PanelAnswer;
	try {
		answer = await askPanel(panel, work, scribe);
	} catch (error) {
		if (error instanceof ClientError) {
			return fail(work, error, scribe.clean(error.message));
		}

		throw error;
	}

	return succeed(work, answer);
};
