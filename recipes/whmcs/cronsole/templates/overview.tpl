<div class="panel panel-default card mb-3">
	<div class="panel-body card-body">
		<table class="table">
			{foreach $standing as $name => $word}
				<tr><th>{$name|escape}</th><td>{$word|escape}</td></tr>
			{/foreach}
		</table>
	</div>
</div>
