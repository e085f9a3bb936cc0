import fs from 'node:fs';

export type LoggedCall = {readonly at: string; readonly method: string; readonly path: string; readonly status: number};

/** The calls in a simulator's log. */
export const readCalls = (logFile: string): readonly LoggedCall[] => fs.readFileSync(logFile, 'utf8').split('\n').filter(Boolean)
	.map(line => JSON.parse(line) as LoggedCall).filter(({method}) => method !== undefined);

/** A look at how the cluster is, whatever is deployed. */
export const isHealthLook = ({path}: LoggedCall): boolean => /\/version$|\/cluster\/status$|\/access\/permissions$/.test(path);

/** A look at how tasks are, one a cluster however many there are. */
export const isTaskLook = ({path}: LoggedCall): boolean => /\/tasks(?:\/|$)/.test(path);
