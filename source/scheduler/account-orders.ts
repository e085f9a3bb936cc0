import {type Actor} from '../domain/activity.js';
import {type AccountAnswer, type AccountVerb, type AccountWish} from '../domain/hosting-account.js';
import {type Install} from '../domain/install.js';
import {type IntakeOrder, type OrderAction, orderName} from '../domain/intake-order.js';
import {safeText} from '../domain/safe-text.js';
import {dropInstall} from '../intents/drop-install.js';
import {changeAccount} from '../pipelines/account-verb.js';
import {backOffMs, pollMs} from '../pipelines/retry.js';
import {LockLost} from '../store/leases.js';
import {type Store} from '../store/store.js';
import {readConditions} from './conditions.js';
import {describeHolder} from './held-by.js';
import {type InstallMover} from './install-mover.js';
import {type Instance} from './instance.js';
import {type WorkDeps} from './work.js';

/** What billing systems ordered of hosting accounts: the leader asks the panels for it. */
export type AccountOrders = {
	/** Begins what is due; each goes on by itself, so many of a panel at a time. */
	readonly look: () => Promise<void>;
	/** Resolves when none is under way. */
	readonly settled: () => Promise<void>;
};

export type AccountOrdersDeps = WorkDeps & {
	readonly instance: Instance;
	readonly installs: InstallMover;
	/** Under the leader's lease. */
	readonly write: Store['write'];
	readonly signal: AbortSignal;
};

/** What one go came to: it is over, or it is tried again then. `counts`: as a failed attempt. */
type End =
	| {readonly state: 'done' | 'handed-on'}
	| {readonly state: 'failed'; readonly why: string}
	| {readonly state: 'accepted'; readonly why: string; readonly afterMs: number; readonly counts: boolean};

const verbs: Readonly<Partial<Record<OrderAction, AccountVerb>>> = {
	suspend: 'suspend', unsuspend: 'unsuspend', terminate: 'terminate', 'change-package': 'package',
};

const done: End = {state: 'done'};
const soonMs = 5000;
const most = 50;

const failed = (why: string): End => ({state: 'failed', why});

const later = (why: string, afterMs: number, counts = false): End => ({
	state: 'accepted', why, afterMs, counts,
});

/** Seldom, the longer it has been waited for: it is nobody's fault here. */
const patient = ({createdAt}: IntakeOrder, now: number): number => pollMs(now - createdAt, {least: soonMs, most: 5 * 60_000});

/** Makes the account of a site that was just ordered; its install goes on as any other. */
const makeAccount = async ({installs, clock}: AccountOrdersDeps, order: IntakeOrder, install: Install): Promise<End> => {
	if (install.position !== 'ordered' || (install.state !== 'pending' && install.state !== 'running')) {
		return {state: 'handed-on'};
	}

	const {outcome, line} = await installs.move(install, 'account');
	return outcome === 'waiting' || outcome === 'busy' ? later(line, patient(order, clock.now())) : {state: 'handed-on'};
};

const actorOf = ({actor: name, address}: IntakeOrder): Actor => ({name, address});

/** A site whose account was never made is dropped instead: nothing is there to end. */
const dropSite = async (deps: AccountOrdersDeps, order: IntakeOrder, {id, state}: Install): Promise<End> => {
	if (state === 'dropped' || state === 'done') {
		return done;
	}

	const {store, settings, clock} = deps;
	await dropInstall({
		store, settings, clock, actor: actorOf(order), randomBytes: () => new Uint8Array(),
	})(id);
	return state === 'running' ? later('its install stops at the end of its present step', soonMs) : done;
};

const endOf = ({outcome, message, remedy = 'again'}: AccountAnswer, {order, now, random}: {readonly order: IntakeOrder; readonly now: number; readonly random: () => number}): End => {
	switch (outcome) {
		case 'done':
		case 'already': {
			return done;
		}

		case 'held': {
			return later(message, soonMs);
		}

		case 'refused': {
			return later(message, patient(order, now));
		}

		case 'failed':
		case 'unknown': {
			return remedy === 'person' ? failed(message) : (remedy === 'panel' ? later(message, patient(order, now)) : later(message, backOffMs(order.attempt, random), true));
		}
	}
};

const askPanel = async (deps: AccountOrdersDeps, order: IntakeOrder, install: Install, wish: AccountWish): Promise<AccountAnswer> => {
	const {instance, settings} = deps;
	const acquired = await instance.acquire(`install:${install.id}`, settings().scheduler.leaseMs);
	if (acquired.lock === null) {
		return {outcome: 'held', message: `the install of ${install.domain} is ${describeHolder(acquired.by, settings().timezone)}`, hint: ''};
	}

	const {lock} = acquired;
	try {
		// Somebody else may have done it meanwhile, and what was ordered after it.
		const present = await lock.store.read.intake.find(order.id);
		if (present?.state !== 'accepted') {
			return {outcome: 'held', message: 'somebody else did it', hint: ''};
		}

		return await changeAccount(install, {...wish, actor: actorOf(order)}, {
			...deps, store: lock.store, guard: lock.guard, settings: settings(),
		});
	} finally {
		await lock.release();
	}
};

/** One go at an order. */
const act = async (deps: AccountOrdersDeps, order: IntakeOrder): Promise<End> => {
	const {store, clock, random, settings} = deps;
	// An account outlives the generations of its site.
	const install = await store.read.installs.findLatest(order.reference);
	if (!install) {
		return failed('there is no such site any more');
	}

	const verb = verbs[order.action];
	if (verb === undefined) {
		return makeAccount(deps, order, install);
	}

	const {accountState, inFlight, state, cause, account, panel} = install;
	if (accountState === 'terminated') {
		return verb === 'terminate' ? done : failed(`the account ${account} was terminated`);
	}

	if (accountState === 'none' && inFlight === null) {
		if (verb === 'terminate') {
			return dropSite(deps, order, install);
		}

		return state === 'pending' || state === 'running'
			? later(`the account ${account} is not made yet${cause === null ? '' : `: ${cause}`}`, soonMs)
			: failed(`the account ${account} was never made${cause === null ? '' : `: ${cause}`}`);
	}

	return settings().installs.panels[panel] === undefined ? later(`the config has no panel ${panel} any more`, patient(order, clock.now())) : endOf(await askPanel(deps, order, install, {verb, plan: order.plan}), {order, now: clock.now(), random});
};

/** Writes down how it ended; what came to nothing is said in the activity log too. */
const settle = async ({write, settings, clock}: AccountOrdersDeps, order: IntakeOrder, given: End): Promise<void> => {
	const attempt = given.state === 'accepted' && given.counts ? order.attempt + 1 : order.attempt;
	const isOver = given.state === 'accepted' && attempt >= settings().scheduler.maxAttempts;
	const end: End = isOver ? failed(`${given.why} (given up after ${attempt} attempts)`) : given;
	const why = 'why' in end ? safeText(end.why, 500) : null;
	const now = clock.now();
	await write(async ({intake, activity}) => {
		const isOurs = await intake.settle(order.id, {
			state: end.state, attempt, error: why, nextAttemptAt: end.state === 'accepted' ? now + end.afterMs : null,
		});
		if (isOurs && end.state === 'failed') {
			await activity.add({
				at: now, level: 'error', actor: actorOf(order), subject: order.reference, ...order.installId !== null && {installId: order.installId},
				message: `the order ${orderName(order)} (${order.action}) came to nothing: ${why ?? ''}`,
			});
		}
	});
};

export const createAccountOrders = (deps: AccountOrdersDeps): AccountOrders => {
	const {store, settings, clock, log, signal} = deps;
	const going = new Map<string, {readonly panel: string; readonly end: Promise<void>}>();

	const go = async (order: IntakeOrder): Promise<void> => {
		try {
			await settle(deps, order, await act(deps, order));
		} catch (error) {
			const message = error instanceof Error ? error.message : String(error);
			log({level: error instanceof LockLost || signal.aborted ? 'debug' : 'error', event: 'order-failed', message: safeText(`${orderName(order)} ${order.reference}: ${message}`)});
			// Whoever leads now goes on with it; it is not looked at again at once.
			if (!(error instanceof LockLost) && !signal.aborted) {
				await settle(deps, order, later(message, backOffMs(order.attempt, deps.random), true));
			}
		}
	};

	const begin = async (order: IntakeOrder): Promise<void> => {
		try {
			await go(order);
		} catch {
			// It could not even be written down: it is looked at again.
		} finally {
			going.delete(order.reference);
		}
	};

	const isRoom = (panel: string): boolean => going.values().filter(one => one.panel === panel).toArray().length < (settings().installs.panels[panel]?.concurrency ?? 1);

	return {
		async look() {
			const now = clock.now();
			const due = signal.aborted ? [] : await store.read.intake.listDue({now, limit: most});
			// Nearly always there is nothing: then this was the only question.
			if (due.length === 0) {
				return;
			}

			const {hold} = await readConditions(store.read, settings(), now);
			for (const order of hold === null ? due : []) {
				const {panel = ''} = await store.read.installs.findLatest(order.reference) ?? {};
				if (!going.has(order.reference) && isRoom(panel)) {
					going.set(order.reference, {panel, end: begin(order)});
				}
			}
		},
		async settled() {
			while (going.size > 0) {
				await Promise.all(going.values().map(async ({end}) => end));
			}
		},
	};
};
