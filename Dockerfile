# The sandbox's image: a Python and the agent, both compiled, and nothing else of ours.
#
# `grade` builds it by itself. It serves every base with a Python 3.11 or newer (an official
# image, a school's mirror of one, or the base that `grade` makes of the machine's own
# Python), so it may not count on a shell: every instruction is in the exec form. There are
# few of them, since some storage drivers take a second for each.
ARG BASE=python:3.12.8-slim-bookworm
FROM ${BASE}
WORKDIR /opt/grader
COPY grader grader
# The root is read-only when a submission runs: what is not compiled now is compiled again in
# every process, which costs each half a second. The import proves that this Python will do.
RUN ["python3", "-S", "-c", "\
import compileall, os, re; \
left_out = re.compile('/(test|tests|idlelib|lib2to3|ensurepip|tkinter|turtledemo|pydoc_data|site-packages|dist-packages)/'); \
[compileall.compile_dir(folder, quiet=2, rx=left_out, workers=0) for folder in (os.path.dirname(os.__file__), '.')]; \
import grader.agent.main"]
ENTRYPOINT ["python3", "-S", "-c", "from grader.agent.main import main; main()"]
