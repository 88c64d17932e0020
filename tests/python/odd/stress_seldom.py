# Collections that begin late or come seldom: what was made before the mode was on is not forgotten.
# also: -X gc-stress=100
# also: -X gc-stress=333
# also: -X gc-stress=1000
import json
table = {str(i): [i, {"k": (i, str(i))}] for i in range(300)}
print(len(json.dumps(table)), json.loads(json.dumps(table))["299"])
