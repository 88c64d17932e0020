A = "ns1"
