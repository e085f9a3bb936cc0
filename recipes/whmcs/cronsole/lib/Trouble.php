<?php
declare(strict_types=1);

namespace WHMCS\Module\Server\Cronsole;

use RuntimeException;

/** What a person is to read; it is not known whether cronsole has heard of the order, so it is asked again with the same key. */
class Trouble extends RuntimeException
{
}
