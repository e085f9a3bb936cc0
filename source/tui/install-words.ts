import {installPositions, type Install} from '../domain/install.js';

/** What a row says of an install. */
export type InstallWords = {
	/** `running 40%`, `failed`. */
	readonly state: string;
	/** Why it stands where it stands: what the panel is at, when it is tried, what went wrong, who dropped it. */
	readonly why: string;
	/** How far it is, why it failed or when it starts: where there is room for one of them. */
	readonly brief: string;
};

const joined = (between: string, ...parts: readonly string[]): string => parts.filter(part => part !== '').join(between);

const listed = (...parts: readonly string[]): string => joined(', ', ...parts);

const whyOf = ({state, attempt, cause, doing, isDropAsked, droppedBy}: Install, start: string): string => {
	const tries = attempt > 1 ? `attempt ${attempt}` : '';
	switch (state) {
		case 'running': {
			return listed(isDropAsked ? 'stops after this step' : '', doing ?? '', tries);
		}

		case 'pending': {
			return joined(': ', listed(start, tries), cause ?? '');
		}

		case 'dropped': {
			return listed(droppedBy === null ? '' : `by ${droppedBy}`, cause ?? '');
		}

		case 'done':
		case 'failed': {
			return listed(cause ?? '', tries);
		}
	}
};

const briefOf = ({state, cause, doing, progress, isDropAsked}: Install, start: string): string => {
	if (state === 'running') {
		const far = joined(' ', progress === null ? '' : `${Math.floor(progress)}%`, doing ?? '');
		return isDropAsked ? 'dropping' : (far === '' ? state : far);
	}

	const text = state === 'failed' ? cause ?? '' : start;
	return text === '' ? state : text;
};

/** What the panel and the view of installs say of one; `start`: `in 3m12s`, empty where it does not start by itself. */
export const installWords = (install: Install, start: string): InstallWords => {
	const {state, progress} = install;
	return {
		state: progress !== null && state === 'running' ? `${state} ${Math.floor(progress)}%` : state,
		why: whyOf(install, start),
		brief: briefOf(install, start),
	};
};

// The other steps find nothing to do where there was no site before.
const firstTime = installPositions.filter(position => position !== 'archived' && position !== 'removed');

/** `2/4`: the step that is done now, or would be next; empty for what never began and for what is done. */
export const installStep = ({state, kind, position}: Install): string => {
	if (state === 'done' || (state === 'pending' && position === 'ordered')) {
		return '';
	}

	const positions = kind === 'install' ? firstTime : installPositions;
	const reached = installPositions.indexOf(position);
	const step = positions.findIndex(other => installPositions.indexOf(other) > reached);
	return `${step === -1 ? positions.length - 1 : step}/${positions.length - 1}`;
};
