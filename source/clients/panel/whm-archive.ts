import * as z from 'zod';
import {type PanelRequest} from '../../domain/panel.js';
import {findOwnAccount} from './whm-accounts.js';
import {follow, type Begun} from './whm-begun.js';
import {dataOf, type WhmSession} from './whm-session.js';

const started = z.object({session_id: z.string()});
const state = z.object({state: z.enum(['RUNNING', 'COMPLETED', 'FAILED'])});

/** Packs the whole account, files and databases, as `cpmove-NAME.tar.gz` on the panel's server. WHM keeps one of each account, until the next or until somebody removes it. */
export const archiveAccount = async (session: WhmSession, request: PanelRequest, begun: Begun): Promise<readonly string[]> => {
	const {account: {name}} = request;
	if (!await findOwnAccount(session, request.account)) {
		return [];
	}

	const begin = async () => {
		const answer = dataOf(await session.change({name: 'start_background_pkgacct', parameters: {user: name, compressionsetting: 'compress'}, schema: started}));
		return answer.session_id;
	};

	await begun.run(request, begin, async id => {
		session.tell(0, `packing the account ${name}`);
		const end = await follow(session, async () => {
			const now = dataOf(await session.look({name: 'get_pkgacct_session_state', parameters: {session_id: id}, schema: state}));
			return now.state === 'RUNNING' ? undefined : now.state;
		});
		if (end === 'FAILED') {
			throw session.failed(`the account was not packed: /var/cpanel/pkgacct_sessions/${id} on the panel's server says why`);
		}
	});
	begun.forget(request);
	session.tell(100, `the account is packed as cpmove-${name}.tar.gz on the panel's server; WHM removes it not by itself`);
	return ['archive'];
};
