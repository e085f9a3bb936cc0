import {type ClientError, type ClientErrorKind} from '../clients/client-error.js';
import {vmName, type Vm} from '../domain/vm.js';

/** What follows from a failed attempt. */
export type Decision =
	/** The attempt counts; try again then. */
	| {readonly next: 'again'; readonly afterMs: number}
	/** No attempt is counted; look again then. */
	| {readonly next: 'wait'; readonly afterMs: number; readonly what: string; /** People hear of it, once. */ readonly isNews?: boolean}
	/** Look where the VM is now; where it was and is the same, or it is nowhere, a person is needed. */
	| {readonly next: 'find'; readonly reason: string; readonly command: string}
	| {readonly next: 'attention'; readonly reason: string; readonly command: string};

export type Failure = {
	readonly error: ClientError;
	readonly vm: Pick<Vm, 'id' | 'cluster' | 'node' | 'vmid'>;
	/** Attempts of this step that failed before this one. */
	readonly attempt: number;
	readonly maxAttempts: number;
	/** How long the step has been tried or waited for. */
	readonly elapsedMs: number;
	/** 0 to 1. */
	readonly random: () => number;
};

const baseMs = 5000;
const capMs = 5 * 60_000;
const lockedForMs = 3 * 3_600_000;

/** Five seconds, doubling to five minutes, with jitter. */
export const backOffMs = (attempt: number, random: () => number): number =>
	Math.round(Math.min(capMs, baseMs * (2 ** Math.min(attempt, 20))) * (0.5 + (random() / 2)));

/** Often at first, then ever more seldom: every tenth of the time that has passed. */
export const pollMs = (elapsedMs: number, {least, most}: {readonly least: number; readonly most: number}): number =>
	Math.round(Math.min(most, Math.max(least, elapsedMs / 10)));

const retry = (vm: Failure['vm']): string => `cronsole vm retry ${vmName(vm)}`;

const again = (afterMs: (failure: Failure) => number) => (failure: Failure): Decision => failure.attempt + 1 >= failure.maxAttempts
	? {next: 'attention', reason: `${failure.error.message} (given up after ${failure.attempt + 1} attempts)`, command: retry(failure.vm)}
	: {next: 'again', afterMs: afterMs(failure)};

const askPerson = ({error, vm}: Failure): Decision => ({next: 'attention', reason: error.message, command: retry(vm)});

const waitForLock = ({error, vm, elapsedMs}: Failure): Decision => elapsedMs < lockedForMs
	? {next: 'wait', afterMs: pollMs(elapsedMs, {least: 2000, most: 5 * 60_000}), what: error.message}
	: {
		next: 'attention',
		reason: `${error.message} for three hours: if no task of it runs any more, unlock it with \`qm unlock ${vm.vmid}\` on ${error.node ?? vm.node}`,
		command: `ssh root@${error.node ?? vm.node} qm unlock ${vm.vmid} && ${retry(vm)}`,
	};

/** How soon it is looked again what a cluster that is only observed would be sent. */
const observedMs = 5 * 60_000;

/** One row a kind: the only retry policy in the program. */
const policies: Readonly<Record<ClientErrorKind, (failure: Failure) => Decision>> = {
	transient: again(({attempt, random}) => backOffMs(attempt, random)),
	// Whatever it was is looked at by the step itself, so that can be soon; a storm of them backs off.
	'unknown-outcome': again(({attempt, random}) => attempt < 3 ? 1000 : backOffMs(attempt, random)),
	// Where the cluster as a whole has quorum after all, it was a passing state.
	'no-quorum': again(({attempt, random}) => backOffMs(attempt, random)),
	locked: waitForLock,
	missing: ({error, vm}) => ({next: 'find', reason: error.message, command: retry(vm)}),
	rejected: askPerson,
	observed: ({error}) => ({
		next: 'wait', afterMs: observedMs, what: error.message, isNews: true,
	}),
	denied: ({error, vm}) => ({next: 'attention', reason: error.message, command: `cronsole check && ${retry(vm)}`}),
};

/** A token that is refused although the cluster takes it (it was looked at) met a passing state: whoever just lost `/etc/pve` for a moment refuses everybody. */
const isPassing = ({error: {kind, scope}}: Failure): boolean => kind === 'denied' && scope === 'cluster';

/** Decides what a failed attempt leads to. */
export const decide = (failure: Failure): Decision => policies[isPassing(failure) ? 'transient' : failure.error.kind](failure);
