import {type App} from '../../app.js';
import {planImport, type ImportedGuest, type ImportPlan} from '../../domain/import-plan.js';
import {safeText} from '../../domain/safe-text.js';
import {vmName} from '../../domain/vm.js';
import {readImportWish} from '../../intents/import-vm.js';
import {Refused} from '../../intents/refused.js';
import {type Flags} from '../words/flags.js';
import {exitCodes, type Command, type Output} from '../io/io.js';
import {readInput} from '../io/read-input.js';
import {readJson} from '../words/read-json.js';
import {answerForVm} from '../print/answer-for-vm.js';

const readPlace = (word: string): {readonly cluster: string; readonly vmid: number} => {
	const [, cluster, vmid] = /^([^/]+)\/(\d{3,9})$/.exec(word) ?? [];
	if (cluster === undefined) {
		throw new Refused('invalid', `${safeText(word, 80)} is no place of a VM`, 'write CLUSTER/VMID, as in fra1/101');
	}

	return {cluster, vmid: Number(vmid)};
};

/** What the person says of it; the rest is read from the VM. */
type Wish = Readonly<Record<string, unknown>> & {readonly reference: string};

const readWish = async (flags: Flags, output: Output): Promise<Wish> => {
	if (flags.reference === undefined) {
		throw new Refused('invalid', '--reference is missing', 'write --reference R, the order that the VM belongs to');
	}

	const rest = flags.file === undefined
		? {}
		: readJson(await readInput(flags.file, {what: 'rest', name: 'REST.json'}, output), 'it is one JSON object with what an order says and a VM does not: client, package, hostname', 'rest');
	if (typeof rest !== 'object' || rest === null || Array.isArray(rest)) {
		throw new Refused('invalid', '--file: it is no object', 'write {"client": {"name": …, "email": …}} and what else an order says');
	}

	const wish = {...rest, reference: flags.reference};
	// What is wrong with it is said before a cluster is asked.
	readImportWish(wish);
	return wish;
};

const plan = async (app: App, guest: ImportedGuest): Promise<ImportPlan> => {
	const [vms, addresses] = await Promise.all([app.read.vms.list({cluster: guest.cluster}), app.read.addresses.listAll()]);
	return planImport(guest, app.settings(), {installation: app.installation, vms: vms.filter(({status}) => status !== 'removed'), addresses});
};

const printPlan = ({node, vmid, cluster}: ImportedGuest, {hostname, mac, package: facts, addresses, problems, warnings}: ImportPlan, output: Output): void => {
	output.out(`${cluster}/${vmid} on ${node}: ${hostname ?? 'no hostname'}, ${mac ?? 'no network card'}`);
	output.out(`  package    ${JSON.stringify(facts)}`);
	for (const {address, pool} of addresses) {
		output.out(`  address    ${address}, ${pool === null ? 'in no pool: nobody keeps it' : `reserved in ${pool}`}`);
	}

	for (const line of warnings) {
		output.out(`  warning    ${safeText(line, 300)}`);
	}

	for (const line of problems) {
		output.out(`  problem    ${safeText(line, 300)}`);
	}
};

/** What only the order knows: whether its reference and hostname are free. */
const problemsOfWish = async ({read}: App, wish: Wish, {cluster, vmid}: ImportedGuest, guessed: string | null): Promise<readonly string[]> => {
	const hostname = typeof wish.hostname === 'string' ? wish.hostname.toLowerCase() : guessed;
	const [owner, namesake] = await Promise.all([read.vms.findByReference(wish.reference), hostname === null ? undefined : read.vms.findLivingByHostname(hostname)]);
	return [
		...owner && owner.status !== 'removed' ? [`the reference ${owner.reference} belongs to ${vmName(owner)} ${owner.hostname}`] : [],
		...hostname === null ? ['it has no name that is one of a host: say one in --file, {"hostname": NAME}'] : [],
		...namesake && (namesake.cluster !== cluster || namesake.vmid !== vmid) ? [`the hostname ${hostname} belongs to ${vmName(namesake)} ${namesake.reference}: say another in --file`] : [],
	];
};

const dryRun = async (app: App, guest: ImportedGuest, wish: Wish, output: Output): Promise<number> => {
	const present = await app.read.vms.findByReference(wish.reference);
	if (present && present.status !== 'removed' && present.cluster === guest.cluster && present.vmid === guest.vmid) {
		return answerForVm(app, {
			changed: false, message: `${guest.cluster}/${guest.vmid} is ${vmName(present)} ${present.hostname} already`, subject: present, operation: null,
		}, {}, output);
	}

	const seen = await plan(app, guest);
	const planned = {...seen, problems: [...seen.problems, ...await problemsOfWish(app, wish, guest, seen.hostname)]};
	if (output.isJson) {
		output.json({
			changed: false, cluster: guest.cluster, node: guest.node, vmid: guest.vmid, ...planned,
		});
	} else {
		printPlan(guest, planned, output);
		output.out(planned.problems.length === 0 ? 'it can be taken over; nothing was done' : 'it cannot be taken over as it is; nothing was done');
	}

	return planned.problems.length === 0 ? exitCodes.done : exitCodes.failed;
};

/** Takes an existing VM over, or with `--dry-run` says what that would write. */
export const importVm: Command = async (app, [word = ''], flags, output) => {
	const {cluster, vmid} = readPlace(word);
	const wish = await readWish(flags, output);
	const guest = await app.lookAtGuest(cluster, vmid);
	return flags.dryRun ? dryRun(app, guest, wish, output) : answerForVm(app, await app.intents.importVm(guest, wish), flags, output);
};
