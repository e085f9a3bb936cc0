<?php
declare(strict_types=1);

namespace WHMCS\Module\Server\Cronsole;

/** Speaks with cronsole over one signed contract; no call holds a page of WHMCS up for longer than `$patience` seconds. */
final class Console
{
	private const patience = 15;
	private const least = 32;

	/** @var string */
	private $base;
	/** @var string */
	private $key;
	/** @var string */
	private $secret;
	/** @var string Empty: the authorities that this machine trusts decide. */
	private $pin;

	private function __construct(string $base, string $key, string $secret, string $pin)
	{
		$this->base = $base;
		$this->key = $key;
		$this->secret = $secret;
		$this->pin = $pin;
	}

	/** As the server is set up in WHMCS: user name and password are the name and the secret of a key of cronsole's `intake.keys`. */
	public static function of(array $params): self
	{
		$host = trim((string) ($params['serverhostname'] ?? '')) ?: trim((string) ($params['serverip'] ?? ''));
		$key = trim((string) ($params['serverusername'] ?? ''));
		$secret = trim((string) ($params['serverpassword'] ?? ''));
		$pin = trim((string) ($params['serveraccesshash'] ?? ''));
		if ($host === '') {
			throw new Refusal('the server has no hostname: write where `cronsole --daemon --intake` listens');
		}

		if (preg_match('/^[A-Za-z0-9_.-]{1,64}$/D', $key) !== 1 || strlen($secret) < self::least) {
			throw new Refusal('the server needs the name of a key as its user name and that key\'s secret, of at least 32 characters, as its password: see intake.keys in cronsole\'s config');
		}

		if ($pin !== '' && preg_match('~^sha256//[A-Za-z0-9+/]{43}=$~D', $pin) !== 1) {
			throw new Refusal('the server\'s access hash is no pin of a public key (sha256//…): write one, or leave it empty');
		}

		$isSecure = filter_var($params['serversecure'] ?? false, FILTER_VALIDATE_BOOLEAN);
		$port = (int) ($params['serverport'] ?? 0) ?: 8444;
		$name = strpos($host, ':') === false ? $host : '[' . trim($host, '[]') . ']';
		return new self(($isSecure ? 'https' : 'http') . "://{$name}:{$port}", $key, $secret, $pin);
	}

	/** The answer's body. Throws a Refusal where cronsole says no, a Trouble where it is not known what came of it. */
	public function ask(string $method, string $path, ?array $body = null): array
	{
		$text = $body === null ? '' : json_encode($body, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR);
		[$status, $answer] = $this->send($method, $path, $text);
		$read = json_decode($answer, true, 32);
		$this->note("{$method} {$path}", $text, $answer);
		if (!is_array($read)) {
			throw new Trouble("cronsole answered {$status} and no JSON: does something else listen there?");
		}

		if ($status >= 200 && $status < 300) {
			return $read;
		}

		$error = is_array($read['error'] ?? null) ? $read['error'] : [];
		if ($status >= 500 || $status === 429) {
			throw new Trouble((string) ($error['message'] ?? "cronsole answered {$status}"));
		}

		throw Refusal::of($error + ['message' => "cronsole answered {$status}"], self::problems($error));
	}

	/** @return string[] */
	private static function problems(array $error): array
	{
		$all = [];
		foreach (is_array($error['problems'] ?? null) ? $error['problems'] : [] as $problem) {
			$all[] = is_array($problem) ? trim(($problem['path'] ?? '') . ' ' . ($problem['message'] ?? '')) : (string) $problem;
		}

		return $all;
	}

	/** @return array{0: int, 1: string} */
	private function send(string $method, string $path, string $text): array
	{
		$curl = curl_init($this->base . $path);
		curl_setopt_array($curl, [
			CURLOPT_CUSTOMREQUEST => $method,
			CURLOPT_RETURNTRANSFER => true,
			CURLOPT_FOLLOWLOCATION => false,
			CURLOPT_PROTOCOLS => CURLPROTO_HTTP | CURLPROTO_HTTPS,
			CURLOPT_PROXY => '',
			CURLOPT_CONNECTTIMEOUT => 5,
			CURLOPT_TIMEOUT => self::patience,
			CURLOPT_HTTPHEADER => $this->headers($method, $path, $text),
		]);
		if ($text !== '') {
			curl_setopt($curl, CURLOPT_POSTFIELDS, $text);
		}

		if ($this->pin !== '') {
			// The key itself is known, whoever signed its certificate.
			curl_setopt_array($curl, [CURLOPT_PINNEDPUBLICKEY => $this->pin, CURLOPT_SSL_VERIFYPEER => false, CURLOPT_SSL_VERIFYHOST => 0]);
		}

		$answer = curl_exec($curl);
		if ($answer === false) {
			$this->note("{$method} {$path}", $text, curl_error($curl));
			throw new Trouble("cronsole at {$this->base} does not answer: " . curl_error($curl) . '. Is its daemon running with --intake? Nothing is lost: run the command again');
		}

		return [(int) curl_getinfo($curl, CURLINFO_RESPONSE_CODE), (string) $answer];
	}

	/** @return string[] */
	private function headers(string $method, string $path, string $text): array
	{
		$timestamp = (string) time();
		$nonce = bin2hex(random_bytes(16));
		$signed = implode("\n", ['v1', $method, $path, $timestamp, $nonce, hash('sha256', $text)]);
		return [
			'Accept: application/json',
			'Content-Type: application/json',
			'Expect:',
			"X-Cronsole-Key: {$this->key}",
			"X-Cronsole-Timestamp: {$timestamp}",
			"X-Cronsole-Nonce: {$nonce}",
			'X-Cronsole-Signature: v1=' . hash_hmac('sha256', $signed, $this->secret),
		];
	}

	/** Into WHMCS's module log, where it is switched on. */
	private function note(string $what, string $asked, string $answer): void
	{
		if (function_exists('logModuleCall')) {
			logModuleCall('cronsole', $what, $asked, $answer, '', [$this->secret]);
		}
	}
}
