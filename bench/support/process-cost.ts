import fs from 'node:fs';

const nanosecondsASecond = 1e9;

/** Seconds of a core that a process has used, in all its threads; those that have ended are left out. */
export const cpuOf = (pid: number): number => {
	let sum = 0;
	for (const thread of fs.readdirSync(`/proc/${pid}/task`)) {
		sum += Number(fs.readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ', 1)[0]);
	}

	return sum / nanosecondsASecond;
};

const inMib = (pid: number, field: string): number => Number(new RegExp(String.raw`${field}:\s+(\d+)`).exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

/** What it has in memory now. */
export const memoryOf = (pid: number): number => inMib(pid, 'VmRSS');

/** The most that it ever had. */
export const mostMemoryOf = (pid: number): number => inMib(pid, 'VmHWM');
