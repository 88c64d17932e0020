import gc
seen = []
class Watch:
    def note(self, phase, info): seen.append((phase, sorted(info), info["generation"]))
w = Watch()
gc.disable()
gc.callbacks.append(w.note)
gc.collect()
gc.collect(1)
gc.callbacks.remove(w.note)
gc.collect()
for s in seen: print(s)
