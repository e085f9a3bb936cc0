/** What a text of Proxmox means for whoever got it: the part of a client's error kinds that a text alone can tell. */
export type FailureKind = 'transient' | 'locked' | 'missing' | 'denied' | 'rejected' | 'no-quorum';

/** The first row that matches decides, so that `lock … got timeout` is not taken for a missing file, nor `/etc/pve … Permission denied` for a privilege. */
const meanings: ReadonlyArray<readonly [RegExp, FailureKind]> = [
	[/no quorum|\/etc\/pve.*permission denied/i, 'no-quorum'],
	[/\b(?:vm|ct) (?:\d+ )?is locked\b/i, 'locked'],
	[/got timeout|got lock request timeout|can't lock file|can't acquire lock|checksum mismatch|detected modified configuration/i, 'transient'],
	[/permission check failed/i, 'denied'],
	[/already (?:exists|used)/i, 'rejected'],
	[/does not exist|no such task|no such (?:vm|volume)\b/i, 'missing'],
	[/not allowed|is not supported|feature is not available|no such cluster node|only root can set|protection mode enabled|protected volume|reserved name|if it's a template/i, 'rejected'],
	[/can't clone|can't migrate|unable to parse|invalid format|unknown option|still in use|parameter verification failed|property is/i, 'rejected'],
];

/**
 What an error text or the exit text of a task means. A text that nobody knows is `transient`: who gets it looks again
 before acting, and gives up after a number of attempts.
 */
export const classifyFailure = (text: string): FailureKind => meanings.find(([pattern]) => pattern.test(text))?.[1] ?? 'transient';

/** Whether a task's exit text is a success: `OK`, or with warnings. */
export const isSuccess = (exitStatus: string): boolean => exitStatus === 'OK' || /^WARNINGS: \d+$/.test(exitStatus);

/** What is written in a task's name (its UPID), or undefined where the text is none. `user` holds the token: `root@pam!ops`. */
export const parseUpid = (upid: string): {readonly node: string; readonly startTime: number; readonly type: string; readonly id: string; readonly user: string} | undefined => {
	const groups = /^upid:(?<node>[\da-z](?:[\d\-a-z]*[\da-z])?):[\da-f]{8}:[\da-f]{8,9}:(?<start>[\da-f]{8}):(?<type>[^\s/:]+):(?<id>[^\s/:]*):(?<user>[^\s/:]+):$/i.exec(upid)?.groups;
	return groups && {
		node: groups.node!, startTime: Number.parseInt(groups.start!, 16), type: groups.type!, id: groups.id!, user: groups.user!,
	};
};
