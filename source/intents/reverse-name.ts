import {type VmAddress} from '../domain/address.js';
import {isHostname} from '../domain/hostname.js';
import {canonicalIp} from '../domain/ip.js';
import {safeText} from '../domain/safe-text.js';
import {wantedRecords} from '../domain/wanted-records.js';
import {findPointer, pointerName} from '../domain/zones.js';
import {
	addWish,
	answerChanged,
	answerSo,
	askVm,
	logOf,
	type Asked,
} from './ask-vm.js';
import {type IntentContext, type Intents} from './intents.js';
import {Refused} from './refused.js';

const nameHint = 'write labels of letters, digits and hyphens, at most 63 each and 253 in all, or default for the VM\'s hostname';

const readName = (text: string): string => {
	const name = text.replace(/\.$/, '');
	if (!isHostname(name)) {
		throw new Refused('invalid', `name: ${safeText(text, 100)} is no DNS name of a host`, nameHint);
	}

	return name.toLowerCase();
};

const getAddress = async ({tables, vm}: Asked, text: string): Promise<VmAddress> => {
	const addresses = await tables.addresses.listFor(vm.id);
	const canonical = canonicalIp(text);
	const found = addresses.find(({address}) => address === canonical);
	if (!found) {
		throw new Refused('unknown', `${vm.hostname} has no address ${safeText(text, 60)}`, addresses.length === 0 ? 'it has none yet' : `it has ${addresses.map(({address}) => address).join(', ')}`);
	}

	return found;
};

/** Whether the address has that name wherever its zone is kept; refuses one whose zone is kept nowhere. */
const isWritten = async ({tables, vm, context}: Asked, address: string, ptr: string): Promise<boolean> => {
	const {name, places} = findPointer(context.settings().dns, address);
	if (places.length === 0) {
		throw new Refused('not-allowed', `no zone of the config holds ${pointerName(address)}: nothing was written`, 'add its reverse zone to `dns` in the config, then say it again');
	}

	const records = await tables.dnsRecords.listFor(vm.id);
	const written = records.filter(record => record.name === name && record.state === 'done' && record.values.includes(ptr));
	return places.every(({zone, nameServer}) => written.some(record => record.zone === zone && record.nameServer === nameServer));
};

/** Writes down what an address is to be called, and at once what is owed for it: whatever becomes of the operation, it is paid. */
const write = async (asked: Asked, {address}: VmAddress, ptr: string | null): Promise<void> => {
	const {tables, vm, context, now} = asked;
	await tables.addresses.setPtr(vm.id, address, ptr);
	await tables.dnsRecords.want(vm.id, wantedRecords({...vm, addresses: await tables.addresses.listFor(vm.id)}, context.settings()), now);
};

/** Says what one of a VM's addresses is to be called in DNS; said again, it is tried again where it is owed. */
export const setReverseName = (context: IntentContext): Intents['setReverseName'] => async (ref, text, name) => {
	const given = name === null ? null : readName(name);
	return askVm(context, 'vm rdns', ref, async asked => {
		const {vm} = asked;
		const held = await getAddress(asked, text);
		const ptr = given === vm.hostname ? null : given;
		const called = `${held.address} is called ${ptr ?? vm.hostname}`;
		const isThere = await isWritten(asked, held.address, ptr ?? vm.hostname);
		if (isThere && ptr === held.ptr) {
			return answerSo(asked, `${vm.hostname}: ${called} already`);
		}

		if (ptr !== held.ptr) {
			await write(asked, held, ptr);
		}

		const {operation, isNew} = await addWish(asked, {kind: 'dns', params: {takesOver: false}});
		if (ptr !== held.ptr) {
			await logOf(asked, `${called} in DNS; before: ${held.ptr ?? vm.hostname}`);
			return answerChanged(asked, `${vm.hostname}: ${called} from now on`, operation);
		}

		const message = `${vm.hostname}: ${called} already; that is owed in DNS and tried again`;
		if (!isNew) {
			return answerSo(asked, message, operation);
		}

		await logOf(asked, `${called}: tried again in DNS`);
		return answerChanged(asked, message, operation);
	});
};
