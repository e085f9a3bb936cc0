import {type Install, type InstallState} from '../domain/install.js';

export type InstallReads = {
	readonly find: (id: number) => Promise<Install | undefined>;
	readonly list: (state?: InstallState) => Promise<readonly Install[]>;
};

export type InstallWrites = {
	readonly insert: (install: Pick<Install, 'reference' | 'panel' | 'application' | 'domain' | 'account' | 'client' | 'order' | 'createdAt'>) => Promise<Install>;
	/** Compare-and-set on the version; false where somebody else was first. */
	readonly change: (install: Install, to: Partial<Pick<Install, 'state' | 'droppedFrom' | 'droppedBy' | 'droppedAt' | 'cause' | 'attempt' | 'progress' | 'nextAttemptAt'>>, now: number) => Promise<boolean>;
};

export type Installs = InstallReads & InstallWrites;
