BOT_NAME = 'clusterfeed'
