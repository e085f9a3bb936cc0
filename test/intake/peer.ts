import {connect} from 'node:tls';

/** The certificate that a server shows, as PEM without white space. */
export const peerOf = async (place: string): Promise<string> => new Promise((resolve, reject) => {
	const {hostname, port} = new URL(place);
	const socket = connect({host: hostname, port: Number(port), rejectUnauthorized: false}, () => {
		const {raw} = socket.getPeerCertificate();
		socket.end();
		resolve(`-----BEGINCERTIFICATE-----${raw.toString('base64')}-----ENDCERTIFICATE-----`);
	});
	socket.once('error', reject);
});
