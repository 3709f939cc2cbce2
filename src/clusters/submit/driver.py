"""Runs a job of the user's with the lake mounted: driver.py <order.json> [argument...]"""

import json
import os
import runpy
import sys
import zipfile


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        order = json.load(file)
    arguments = sys.argv[2:]
    mount_with_session(order["mounts"])
    try:
        if order["kind"] == "jar":
            sys.exit(run_jar(order, arguments))
        run_python(order["file"], arguments)
    finally:
        stop()


def run_python(path, arguments):
    sys.argv = [path, *arguments]
    sys.path[0] = os.path.dirname(os.path.abspath(path))
    runpy.run_path(path, run_name="__main__")


def run_jar(order, arguments):
    """Runs the main class of a jar in the driver's JVM; gives its exit status."""
    from py4j.protocol import Py4JError, Py4JJavaError
    from pyspark.sql import SparkSession

    path = order["file"]
    name = order.get("mainClass") or main_class(path)
    if name is None:
        return refuse(f"{path} names no main class in its manifest: add --class")
    session = SparkSession.builder.getOrCreate()
    gateway = session.sparkContext._gateway
    jvm = gateway.jvm
    try:
        types = gateway.new_array(jvm.java.lang.Class, 1)
        types[0] = jvm.java.lang.Class.forName("[Ljava.lang.String;")
        loader = jvm.java.lang.Thread.currentThread().getContextClassLoader()
        method = loader.loadClass(name).getMethod("main", types)
    except Py4JJavaError as error:
        return refuse(f"no class {name} with a main(String[]) in {path}: {error.java_exception}")
    strings = as_java(session, arguments)
    call = gateway.new_array(jvm.java.lang.Object, 1)
    call[0] = strings
    try:
        method.invoke(None, call)
        return 0
    except Py4JJavaError as error:
        cause = error.java_exception
        (cause.getCause() or cause).printStackTrace()
        return 1
    except (Py4JError, OSError):
        # System.exit: the JVM is gone, its status is the job's.
        status = gateway.proc.wait(timeout=60)
        return status if status >= 0 else 128 - status


def main_class(path):
    """What a jar's manifest says; a long line of it goes on after a line end and a space."""
    with zipfile.ZipFile(path) as jar:
        try:
            manifest = jar.read("META-INF/MANIFEST.MF").decode("utf-8", "replace")
        except KeyError:
            return None
    for line in manifest.replace("\r\n", "\n").replace("\n ", "").split("\n"):
        key, _, value = line.partition(":")
        if key.strip().lower() == "main-class":
            return value.strip()
    return None


def refuse(message):
    print(f"error: {message}", file=sys.stderr)
    return 2


def mount_with_session(mounts):
    """Mounts when the job makes its session, so that the job's own settings of it count."""
    from pyspark.sql import SparkSession

    start = SparkSession.__init__
    mounted = set()

    def start_and_mount(self, *args, **kwargs):
        start(self, *args, **kwargs)
        application = self.sparkContext.applicationId
        if application not in mounted:
            mounted.add(application)
            for mount in mounts:
                mount_one(self, mount)

    SparkSession.__init__ = start_and_mount


def mount_one(session, mount):
    try:
        for view in mount.get("orders", []):
            make_view(session, view)
        session.sql(mount["sql"])
    except Exception as error:
        reason = str(error).strip().split("\n")[0]
        print(f"warning: {mount['name']} is not mounted: {reason}", file=sys.stderr)


def make_view(session, view):
    tasks = view["tasks"]
    encoder = session._jvm.org.apache.spark.sql.Encoders.STRING()
    rows = session._jsparkSession.createDataset(tasks, encoder).toDF(as_java(session, ["task"]))
    rows.repartition(len(tasks)).createOrReplaceTempView(view["name"])


def as_java(session, texts):
    array = session.sparkContext._gateway.new_array(session._jvm.java.lang.String, len(texts))
    for at, text in enumerate(texts):
        array[at] = text
    return array


def stop():
    from pyspark import SparkContext

    context = SparkContext._active_spark_context
    if context is not None:
        try:
            context.stop()
        except Exception:
            pass  # the JVM is gone


if __name__ == "__main__":
    main()
