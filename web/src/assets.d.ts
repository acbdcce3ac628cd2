// Style sheets that a module brings along: the build makes files of them.
declare module "*.css";
