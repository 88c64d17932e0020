B = "ns2"
