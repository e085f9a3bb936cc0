import {safeText} from '../../domain/safe-text.js';
import {type ChangePlan} from '../../domain/plan.js';
import {Refused} from '../../intents/refused.js';
import {confirmForVm} from '../io/confirm.js';
import {type Command, type Output} from '../io/io.js';
import {readInput} from '../io/read-input.js';
import {readJson} from '../words/read-json.js';
import {printTable} from '../print/table.js';
import {answerForVm} from '../print/answer-for-vm.js';

const printPlan = async ({changes, stops, losesData, rejected}: ChangePlan, output: Output): Promise<void> => {
	if (changes.length > 0) {
		await printTable(output, ['WHAT', 'FROM', 'TO'], changes.map(({field, from, to}) => [field, safeText(from, 80), safeText(to, 80)]));
	}

	output.out(stops ? 'the VM is shut down for it, and started again if it ran' : 'the VM goes on running');
	if (losesData !== null) {
		output.out(`data is lost: ${safeText(losesData, 300)}`);
	}

	for (const line of rejected) {
		output.out(`not done: ${safeText(line, 300)}`);
	}
};

/** Changes a VM's package, or with `--plan` says what that would do. */
export const changeVm: Command = async (app, [ref = ''], flags, output) => {
	const isPlan = flags.plan !== undefined;
	if (isPlan && flags.plan !== '') {
		throw new Refused('invalid', '--plan takes no value here', 'write --plan alone, or leave it out');
	}

	const allowDataLoss = flags.allowDataLoss ?? false;
	const change = readJson(await readInput(flags.file, {what: 'change', name: 'CHANGE.json'}, output), 'a change is one JSON object with package, overrides or both', 'change');
	if (allowDataLoss && !isPlan) {
		await confirmForVm(app, ref, 'change it, and lose data where the change does', flags, output);
	}

	const answer = await app.intents.changeVm(ref, change, {isPlan, allowDataLoss});
	if (!isPlan) {
		return answerForVm(app, answer, flags, output, () => ({plan: answer.plan}));
	}

	if (output.isJson) {
		output.json({changed: false, message: answer.message, plan: answer.plan});
	} else {
		output.out(answer.message);
		await printPlan(answer.plan, output);
	}

	return 0;
};
