import {type FaultSubject} from '../../source/simulation/faults.js';
import {type SimulatorLine} from '../torture/days-world.js';

/** A call of the API that a pipeline makes, whatever VM, task or volume it is about. */
export type ApiStep = {
	readonly method: string;
	/** With a star for whatever differs, for people. */
	readonly title: string;
	/** What a request's path is matched with. */
	readonly path: string;
	/** The how-manieth request of that path it is in a pipeline: a look counts at its first time, a change each time. */
	readonly nth: number;
	/** The type of the task that it started. */
	readonly type?: string;
};

/** What a request is about. */
export type Place = {readonly node?: string; readonly vmid?: number};

/** The leader's own looks at the cluster. */
const isOfLeader = (path: string): boolean => /\/(?:version|cluster\/status|access\/permissions)$/.test(path);

const titleOf = (path: string): string => path.replace(/^\/api2\/json/, '')
	.replace(/\/tasks\/[^/]+/, '/tasks/*').replace(/\/nodes\/[^/]+/, '/nodes/*').replace(/\/qemu\/\d+/, '/qemu/*')
	.replace(/\/snapshot\/[^/]+/, '/snapshot/*').replace(/\/content\/.+/, '/content/*').replace(/(\/ipset\/[^/]+)\/.+/, '$1/*');

const patternOf = (title: string): string => `/api2/json${title.replaceAll(/\/\*(?!$)/g, '/[^/]+').replace(/\/\*$/, '/.+')}$`;

/** The calls that stand in a piece of the simulator's log. A line for a task comes before that of the call which started it. */
export const readSteps = (lines: readonly SimulatorLine[]): readonly ApiStep[] => {
	const steps: ApiStep[] = [];
	const seen = new Map<string, number>();
	let type: string | undefined;
	for (const line of lines) {
		if (line.method === undefined) {
			type = line.event === 'started' ? line.type : type;
			continue;
		}

		const title = titleOf(line.path!);
		const key = `${line.method} ${title}`;
		const nth = (seen.get(key) ?? 0) + 1;
		seen.set(key, nth);
		const isLook = line.method === 'GET';
		if (!isOfLeader(title) && (!isLook || nth === 1)) {
			steps.push({
				method: line.method, title, nth, path: patternOf(title), ...!isLook && type !== undefined && {type},
			});
		}

		type = isLook ? type : undefined;
	}

	return steps;
};

/** Whether that request is the step's. */
export const isOf = ({method, path}: ApiStep, subject: FaultSubject): boolean => subject.method === method && new RegExp(path).test(subject.path ?? '');

export const placeOf = ({path = ''}: FaultSubject): Place => {
	const node = /\/nodes\/([^/]+)/.exec(path)?.[1];
	const vmid = /\/qemu\/(\d+)/.exec(path)?.[1];
	return {...node !== undefined && {node}, ...vmid !== undefined && {vmid: Number(vmid)}};
};
