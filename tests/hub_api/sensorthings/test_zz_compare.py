import os, subprocess, sys
def test_compare(rich_city):
    n = rich_city.datastreams
    with rich_city.database.superuser() as c:
        U='{"name": "x \\"q\\" مطر", "symbol": "%", "definition": null}'
        T="http://www.opengis.net/def/observationType/OGC-OM/2.0/"
        names=sorted(n.items(), key=lambda x:x[1])
        print(names)
        sky=n["weather-01.weather"]
        c.execute("INSERT INTO datastream_details VALUES (%s,'sky \"q\" \n\\ مطر','d',%s,%s,%s,%s)",[sky,U,T+"OM_ComplexObservation",'{"type":"Polygon","coordinates":[[[1,2],[3,4.50],[5,6],[1,2]]]}','{"a":{"b":[1,2.0,1e3,null,{"c":"\\u0001\\n"}]},"z":null}'])
        c.execute("INSERT INTO observations_category SELECT %s, n, '2026-11-10T00:00Z'::timestamptz + n * interval '1 hour', v, 1 FROM (VALUES (1,'{\"a\": 1, \"b\": [true, null, 2.50]}'),(2,'not json'),(3,'[1, 2]'),(4,'\"text, with\\nline\"'),(9,'5')) AS x(n,v)",[sky])
        pm10=n["air-01.pm10"]
        c.execute("INSERT INTO datastream_details VALUES (%s,'truth','d',%s,%s,NULL,NULL)",[pm10,U,T+"OM_TruthObservation"])
        fine=n["air-01.pm2_5"]
        for i,v in enumerate(["'NaN'","'Infinity'","1e300","123456789012345680","0.1","-0.0","1e16","9007199254740993"]):
            c.execute(f"INSERT INTO observations VALUES (%s, 9, '2026-11-01T00:00Z'::timestamptz + {i}*interval '1.25 s', {v}, 1)",[fine])
        c.execute("INSERT INTO observation_details (datastream_id, phenomenon_time, phenomenon_end, result_time, result_quality, parameters) SELECT datastream_id, phenomenon_time, phenomenon_time + interval '90.000001 s', phenomenon_time, '{\"q\": \"g%%d\"}', '{\"x\": {\"y\": 1}}' FROM observations WHERE datastream_id=%s AND phenomenon_time < '2026-11-02'",[fine])
        c.execute("INSERT INTO thing_details (thing_id, description, properties) SELECT thing_id, 'desc', 'null'::jsonb FROM things LIMIT 1") 
    env={**os.environ, **rich_city.database.environment()}
    for k,t in (("old","/tmp/run/speed/old"),("new","/work/wt/speed")):
        r=subprocess.run([sys.executable,"/tmp/run/speed/compare.py",f"/tmp/run/speed/{k}.json","-"],cwd=t,env={**env,"PYTHONPATH":t},capture_output=True,text=True)
        print(r.stdout[-2000:], r.stderr[-3000:]); assert r.returncode==0
    r=subprocess.run([sys.executable,"/tmp/run/speed/diff.py","/tmp/run/speed/old.json","/tmp/run/speed/new.json"],capture_output=True,text=True); print(r.stdout)
