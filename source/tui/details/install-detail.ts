import {type App} from '../../app.js';
import {formatAge} from '../../domain/duration.js';
import {factLines, type Detail, type DetailContext} from './detail-lines.js';

const help = (state: string, id: number): string | null => {
	switch (state) {
		case 'failed': {
			return `t, or cronsole install retry ${id}; d drops it`;
		}

		case 'pending': {
			return `d, or cronsole install drop ${id}, while it has not begun`;
		}

		case 'dropped': {
			return `u, or cronsole install undrop ${id}`;
		}

		default: {
			return null;
		}
	}
};

/** An install: how it stands and why, and what was ordered. */
export const readInstallDetail = async (app: App, id: number, context: DetailContext): Promise<Detail> => {
	const install = await app.read.installs.find(id);
	if (!install) {
		return {title: `install ${id}`, lines: [[['bad', '  there is no such install']]]};
	}

	const {times, now} = context;
	const {state, progress, attempt, cause, nextAttemptAt, droppedBy, droppedAt, client} = install;
	return {
		title: install.domain,
		lines: [
			[],
			...factLines(context, 'state', progress === null ? state : `${state}, ${Math.floor(progress)}%`, state === 'failed' ? 'bad' : 'plain'),
			...factLines(context, 'why', cause, 'bad'),
			...factLines(context, 'attempts', attempt > 0 ? String(attempt) : null),
			...factLines(context, 'next try', nextAttemptAt === null ? null : `${times.full(nextAttemptAt)} (in ${formatAge(nextAttemptAt - now)})`),
			...factLines(context, 'dropped', droppedAt === null ? null : `by ${droppedBy ?? 'somebody'} at ${times.full(droppedAt)}`),
			...factLines(context, 'helps', help(state, id), 'accent'),
			[],
			...factLines(context, 'install', `${id}, order ${install.reference}${install.generation > 1 ? `, the ${install.generation}. time` : ''}`),
			...factLines(context, 'application', `${install.application} on ${install.panel}, account ${install.account}`),
			...factLines(context, 'client', `${client.name}, ${client.email}`),
			...factLines(context, 'ordered', `${times.full(install.createdAt)}, changed ${formatAge(now - install.updatedAt)} ago`),
		],
	};
};
