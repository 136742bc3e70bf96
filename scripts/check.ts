console.log('check')
