import {type Settings} from '../../domain/settings.js';
import {vmName} from '../../domain/vm.js';
import {listOrderObjections} from '../../intents/check-order.js';
import {orderSchema} from '../../intents/order-schema.js';
import {type Field, type Form, type FormValues} from './form.js';
import {leaderText} from './leader-text.js';
import {orderBody, readNumber} from './order-body.js';
import {objectionProblems, shapeProblems} from './problems-by-field.js';

/** Several keys in one line: each begins with its type. */
const readKeys = (text: string): readonly string[] => text === '' ? [] : text.split(/,(?=\s*(?:ssh|ecdsa|sk)-)/).map(key => key.trim());

const templatesOn = ({templates}: Settings, cluster: string | undefined): readonly string[] =>
	Object.entries(templates).filter(([, places]) => places.some(place => place.cluster === cluster)).map(([name]) => name);

const sizes: ReadonlyArray<readonly [key: 'cores' | 'memoryMib' | 'diskGib', unit: string]> = [['cores', 'cores'], ['memoryMib', 'MiB'], ['diskGib', 'GiB of disk']];

const packageOf = ({packages}: Settings, {package: name = ''}: FormValues) => Object.hasOwn(packages, name) ? packages[name] : undefined;

const packageHint = (settings: Settings, values: FormValues): string => {
	const chosen = packageOf(settings, values);
	const parts = sizes.filter(([key]) => chosen?.[key] !== undefined).map(([key, unit]) => `${chosen![key]} ${unit}`);
	return chosen ? parts.join(', ') : 'the config has no packages';
};

const override = (key: 'cores' | 'memoryMib' | 'diskGib', label: string): Field => ({
	name: `overrides.${key}`,
	label,
	hint(settings, values) {
		const given = packageOf(settings, values)?.[key];
		return given === undefined ? 'Empty: as it is in the template.' : `Empty: ${given}, as the package says.`;
	},
	isRequired: false,
	read: readNumber,
});

const fields: readonly Field[] = [
	{
		name: 'hostname', label: 'Hostname', hint: () => 'A DNS name, such as web1.example.net.', isRequired: true,
	},
	{
		name: 'reference', label: 'Reference', hint: () => 'By which the billing system knows it; the same order under the same reference is no second VM.', isRequired: true,
		suggest: (_, {hostname = ''}) => hostname.trim().toLowerCase(),
	},
	{
		name: 'cluster', label: 'Cluster', hint: ({clusters}) => clusters.length === 0 ? 'The config has no clusters.' : '', isRequired: true, choices: ({clusters}) => clusters.map(({name}) => name),
	},
	{
		name: 'template', label: 'Template', hint: (settings, {cluster}) => templatesOn(settings, cluster).length === 0 ? 'No template lies on that cluster.' : '', isRequired: true,
		choices: (settings, {cluster}) => templatesOn(settings, cluster),
	},
	{
		name: 'package', label: 'Package', hint: packageHint, isRequired: true, choices: ({packages}) => Object.keys(packages),
	},
	override('cores', 'Cores'),
	override('memoryMib', 'Memory (MiB)'),
	override('diskGib', 'Disk (GiB)'),
	{
		name: 'client.name', label: 'Client', hint: () => 'The name of the person or company.', isRequired: true,
	},
	{
		name: 'client.email', label: 'E-mail', hint: () => 'Where the client is written to.', isRequired: true,
	},
	{
		name: 'user', label: 'User', hint: () => 'The login name on the VM; empty: root.', isRequired: false,
	},
	{
		name: 'sshKeys', label: 'SSH key', hint: () => 'A public key in one line, pasted; more of them after a comma. Empty: a password is made.', isRequired: false, read: readKeys,
	},
	{
		name: 'mail', label: 'Mail', hint: ({mail}) => mail === null ? 'The config has no mail: nothing is sent either way.' : 'Whether the client is written to when it is ordered and when it is ready.', isRequired: true,
		choices: () => ['yes', 'no'], read: text => text === 'yes',
	},
];

/** A new VM: contract.md's order, `vm create`. */
export const vmForm: Form = {
	name: 'vm',
	title: () => 'Order a VM',
	button: 'Order',
	fields,
	start: {mail: 'yes'},
	check(values, settings) {
		const body = orderBody(fields, values);
		const {data: order} = orderSchema.safeParse(body);
		return order ? objectionProblems(listOrderObjections(order, settings), fields) : shapeProblems(orderSchema, body, fields);
	},
	async send(app, values) {
		const {vm, created} = await app.intents.createVm(orderBody(fields, values));
		return {level: 'good', text: `${vmName(vm)} ${vm.hostname} ${created ? `ordered${await leaderText(app)}` : `was ordered before; it is ${vm.status}`}`};
	},
};
