from datetime import *
d = datetime(2024, 2, 29, 12, 30, 45, 123456); print(d, repr(d), d.isoformat(), d + timedelta(days=365), d - datetime(2020, 1, 1), d.strftime("%A %d %B %Y %H:%M:%S.%f %j %U %y %p"), d.weekday(), d.isocalendar(), d.timetuple().tm_yday, d.replace(year=2023, day=1), d.date(), d.time(), date.fromisoformat("2024-05-06"), datetime.fromisoformat("2024-05-06T07:08:09+02:00"), datetime.strptime("06/05/24 07:08", "%d/%m/%y %H:%M"), datetime.fromtimestamp(0, timezone.utc), d.timestamp() if False else "", timedelta(hours=25, seconds=-1), timedelta(days=-1) / 2, timedelta(seconds=90) // timedelta(minutes=1), abs(timedelta(-1)), date.min, datetime.max, time(1, 2).isoformat(), timezone(timedelta(hours=-5)), date(2024, 1, 1) < date(2024, 1, 2), hash(date(2024, 1, 1)) == hash(date(2024, 1, 1)), timedelta(1.5).total_seconds())
for bad in ("date(2024, 2, 30)", "datetime(2024, 13, 1)", "date.fromisoformat('x')", "datetime.strptime('x', '%Y')", "date.max + timedelta(1)", "timedelta(10**10)", "date(1, 1, 1) < 5", "timezone(timedelta(days=2))", "time(25)"):
    try: print(eval(bad))
    except Exception as e: print(bad, "->", type(e).__name__, e)
from decimal import *
print(Decimal("1.1") + Decimal("2.2"), Decimal(1) / 7, Decimal("1e3"), Decimal(0.1), Decimal("NaN"), Decimal("-Infinity"), Decimal("1.50").normalize(), Decimal("2.675").quantize(Decimal("0.01")), Decimal("2.665").quantize(Decimal("0.01"), ROUND_HALF_UP), Decimal(2).sqrt(), Decimal(10).ln(), Decimal("1.5").as_tuple(), Decimal("1E+5"), -Decimal(0), Decimal("123.456") // 7, Decimal(-7) % 3, Decimal("3") ** 50, round(Decimal("2.5")), int(Decimal("9.9")), f"{Decimal('1234567.891'):,.2f}", Decimal("1") == 1.0, hash(Decimal(1)) == hash(1), max(Decimal(1), Decimal("1.5")), sum([Decimal("0.1")] * 10), repr(Decimal("0.00")), Decimal("1.10").compare(Decimal("1.1")))
with localcontext() as c: c.prec = 50; print(Decimal(1) / 3, Decimal(2).exp())
for bad in ("Decimal('x')", "Decimal(1) / 0", "Decimal(0) / 0", "Decimal('NaN') < 1", "Decimal(1) + 1.5", "Decimal(-1).sqrt()"):
    try: print(eval(bad))
    except Exception as e: print(bad, "->", type(e).__name__, e)
from fractions import Fraction as F
print(F(3, 6), F("0.125"), F(0.5), F("3/4") + 1, F(1, 3) * F(3, 4), F(1, 2) ** 3, F(1, 2) ** -2, F(7, 3) // 1, F(7, 3) % 1, float(F(1, 3)), F(3.14159).limit_denominator(100), F(1, 2) == 0.5, F(1, 2) < F(2, 3), round(F(7, 2)), int(F(7, 2)), hash(F(2)) == hash(2), abs(F(-1, 2)), -F(1, 2), repr(F(5)), str(F(5)), F(1, 3) + 0.5, sum([F(1, i) for i in range(1, 20)]), F(10, 4).as_integer_ratio(), f"{F(1, 3):.5f}", F(2, 3) ** 0.5, divmod(F(7, 2), F(1, 3)))
for bad in ("F(1, 0)", "F('x')", "F(1.5, 2)", "F(float('nan'))", "F(1) / 0"):
    try: print(eval(bad))
    except Exception as e: print(bad, "->", type(e).__name__, e)
